from django.contrib.admin.apps import AdminConfig


class BylawAdminConfig(AdminConfig):
    """Named in INSTALLED_APPS in place of Django's own; the site is loaded once all apps are."""

    default_site = "governance.console.site.BylawAdminSite"
