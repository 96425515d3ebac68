"""The pages of questions: form, answer, picture, and the same call in other languages."""
