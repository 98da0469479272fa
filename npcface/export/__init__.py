"""Files for engines, chats and shops: still, sprite sheet, animated WebP, film with sound, character pack."""
