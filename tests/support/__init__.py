"""What several folders of tests are helped by."""
