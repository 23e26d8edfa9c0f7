"""A distilled dataset in other tools' formats: plain arrays and tables beside settings as JSON.

Nothing that is written can be executed, and nothing is pickled.
"""
