"""Pictures of the demonstration's products, drawn by this code alone: no photo of anybody, no file that is shipped."""
