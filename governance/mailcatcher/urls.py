from django.urls import path

from governance.mailcatcher import views

app_name = "mailcatcher"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<str:name>/", views.message, name="message"),
]
