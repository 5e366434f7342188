"""The rules: what money, holds and histories may do, with no framework in sight.

Nothing is imported here on purpose: a caller pays only for the subject it asks for.
"""
