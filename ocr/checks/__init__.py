"""What is noticed about a page, one check in one file; a finding flags a page and never takes it away."""
