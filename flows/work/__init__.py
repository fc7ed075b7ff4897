"""Work taken from the line in the records: held by a process, done, parked, looked after by people."""
