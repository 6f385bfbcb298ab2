"""Attacks, and which test fails where a defence is taken away. Each was taken away by hand, one by
one, and the test seen to fail; whoever adds a defence adds a line here.

| Defence | Falls with |
|---|---|
| token of a session, API | `test_csrf`: unsafe routes of the API |
| token of a session, console and own account | `test_csrf`: pages of the console, of the account |
| trusted origins | `test_csrf`: another origin |
| what leaves us asks public addresses only | `test_ssrf`: ways to write our network; senders |
| https alone, unless allowed by name | `test_ssrf`: what is no address of the web |
| provider of sign-on leads nowhere inside | `test_ssrf`: a provider of sign-on |
| size of bodies | `test_bodies`: reads more than the limit; `governance/api/test_parsing` |
| depth, names twice, numbers, surrogates | `test_bodies`, `test_bombs` |
| size of files | `test_bodies`: longer bodies |
| fields that are not there to be written | `test_mass_assignment` |
| constant time and equal work for keys | `test_key_check` |
| keys that have ended | `test_key_check`: told the same; takes as much |
| rows within reach | `flows/test_reach` |
| personal data withheld, and not searched by | `flows/test_personal_data`, `test_idor` |
| rate of requests | `governance/api/test_rates` |
| tries at signing in, codes used twice | `governance/signon/test_entrance`, `test_attempts` |
| second factor where one is due | `governance/signon/test_second_factors` |
| sessions that are over | `governance/signon/test_sessions` |
| cookies out of reach of scripts, over https | `test_answers`: cookies |
| content security policy | `governance/signon/test_headers`, `test_content_security` |
| HSTS | `governance/test_checks`: safe configuration |
| nothing kept by caches | `test_answers`: kept by nobody else |
| `If-Match` | `governance/api/test_tags` |
| one of several with an `Idempotency-Key` | `governance/api/test_repeats` |
| text as text: pages, mail, print, PDF, notices | `test_markup` |
| names of files | `test_answers`, `test_markup`: packages |
| formulas in tables | `test_markup`: cell |
| lines of the log | `test_logs` |
| names that we are asked under | `test_hosts`, `test_smuggling` |
| measures | `governance/api/test_metrics` |
"""
