"""Value: what an order and its parts are worth, with taxes, and what a pledge covers."""
