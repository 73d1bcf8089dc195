"""Questions about results: frames in, frames out. `summary`: what a run did; `story`: one incident, start to end;
`check`: what the data are like, and what that does to the result.
"""
