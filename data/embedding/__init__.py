"""From raw files of publishers to the compact tables of `data/embedded/`: the recipe is embedded_files.csv."""
