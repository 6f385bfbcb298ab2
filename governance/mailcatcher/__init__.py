"""A mail server for one machine that keeps what it is given and sends nothing on.

`manage.py up` starts it where SMTP_URL is not set, so that messages can be read without a mailbox.
"""
