// Each test uses all cores and more; two at a time would only take time from each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
