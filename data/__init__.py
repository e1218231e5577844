"""The store, its import and its queries; the workspace. The only room that speaks SQL."""
