"""Sizes that enrolment paints by and the renderer draws by. No heavy import here: both sides read it."""

FACE_PX = 512
"""Side of the face chart's texture."""

EYE_SPAN = 2.1
"""Head units from an eyeball's centre to the edge of its sclera texture and of the patch it is drawn on."""

MOUTH_CENTRE = (0.0, -4.2, 9.5)
"""Head units: middle of the patch that the mouth's inside is drawn on."""

MOUTH_SPAN = 4.6
"""Head units from there to the patch's edge."""

NOSE = (0.0, 0.6, 9.0)
"""Head units: an opening below it shows the mouth's inside, one above it an eye."""

TURN = (0.06, 0.2)
"""Change of the yaw's sine from which the far side shows, and at which it shows fully: 3° and 12°."""

LEAST_ALPHA = 0.03
"""The generator's changes of alpha are lessened by this much: no haze about the head, and backgrounds stay exact.
Training does without, for what is flat teaches nothing."""
