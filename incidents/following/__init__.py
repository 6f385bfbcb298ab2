"""Subscriptions: webhook endpoints that are told of changes, each at its own pace."""
