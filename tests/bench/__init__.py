"""The figures the project promises, each as a ratio of two things measured in one run.

`make bench` prints them; nothing here is a test, because a machine that is busy is not a bug.
"""
