"""“Can it be made by then?”: quantity and day beside a product, answered from the free weeks of all its MSMEs."""
