"""The tests, in the shape of the house: a folder for each room, and one for each way in from outside."""
