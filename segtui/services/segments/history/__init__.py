"""The recorded history of segments, and the watches on them."""
