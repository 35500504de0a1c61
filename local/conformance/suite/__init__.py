"""The cases, one module a service. Importing this package registers them."""

from suite import ec2  # noqa: F401
