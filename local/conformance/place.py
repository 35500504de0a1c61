"""Where all calls go, except those that say otherwise."""

REGION = "eu-west-1"
