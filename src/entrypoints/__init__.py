"""The ways in: what translates a request into a use case and renders its answer."""
