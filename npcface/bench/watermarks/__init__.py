"""What the watermark stands, costs and mistakes, see ``npcface.bench.watermark``."""
