from django.urls import path

from governance.api import account, ledger

urlpatterns = [
    path("me", account.Me.as_view(), name="me"),
    path("ledger/entries", ledger.Entries.as_view(), name="ledger-entries"),
    path("ledger/entries/<uuid:id>", ledger.EntryDetail.as_view(), name="ledger-entry"),
]
