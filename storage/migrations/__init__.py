"""Steps of the schema, forward only: a step that was released is never changed."""
