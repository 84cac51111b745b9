"""A real OpenID provider (npm ``oidc-provider``) that plays Pro Santé Connect."""
