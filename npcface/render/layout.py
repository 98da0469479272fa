"""Sizes that enrolment paints by and the renderer draws by. No heavy import here: both sides read it."""

FACE_PX = 512
"""Side of the face chart's texture."""

EYE_SPAN = 2.1
"""Head units from an eyeball's centre to the edge of its sclera texture and of the patch it is drawn on."""
