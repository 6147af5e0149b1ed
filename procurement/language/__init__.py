"""Language: sentences, numbers in words, text messages."""
