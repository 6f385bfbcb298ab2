"""Attacks, and which test fails where a defence is taken away. Each was taken away, beside others
that it has nothing to do with, and the test seen to fail; whoever adds a defence adds a line here.
The pages of the console have the framework's own check of the token beneath the middleware, and
files a second limit.

| Defence | Falls with |
|---|---|
| token of a session, API | `test_csrf`: unsafe routes of the API |
| token of a session, own account | `test_csrf`: pages of the own account |
| trusted origins | `test_csrf`: another origin |
| what leaves us asks public addresses only | `test_ssrf`: ways to write our network; senders |
| https alone, unless allowed by name | `test_ssrf`: what is no address of the web |
| provider of sign-on leads nowhere inside | `test_ssrf`: a provider of sign-on |
| size of bodies | `test_bodies`: reads more than the limit |
| depth, names twice | `test_bodies`: a body that cannot be read |
| size of files | `test_bodies`: by its length before it is read |
| fields that are not there to be written | `test_mass_assignment` |
| constant time and equal work for keys | `test_key_check` |
| keys that have ended | `test_key_check`: told the same; takes as much |
| rows within reach | `flows/test_reach` |
| personal data withheld, and not searched by | `flows/test_personal_data`, `test_idor` |
| rate of requests | `governance/api/test_rates` |
| tries at signing in, codes used twice | `governance/signon/test_entrance` |
| second factor where one is due | `governance/signon/test_second_factors` |
| sessions that are over | `governance/signon/test_sessions` |
| cookies out of reach of scripts, over https | `test_answers`: cookies |
| content security policy | `governance/signon/test_headers` |
| HSTS | `governance/test_checks`: safe configuration |
| nothing kept by caches | `test_answers`: kept by nobody else |
| `If-Match`, and its lock | `governance/api/test_tags` |
| one of several with an `Idempotency-Key` | `governance/api/test_repeats` |
| text as text: pages, mail, print, PDF, notices | `test_markup` |
| names of files | `test_answers`: leads to no other place |
| formulas in tables | `test_markup`: cell |
| lines of the log | `test_logs` |
| names that we are asked under | `test_hosts`: under another name |
| measures | `governance/api/test_metrics` |
"""
