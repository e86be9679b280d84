namespace Forage.Features;

/// <summary>A 64-bit key of a row's content, whatever the order of its features: for randomness that belongs to a context and comes out the same when it is asked again.</summary>
public static class RowKey
{
    /// <summary>Sum of mixed (index, value) pairs over all groups, modulo 2^64.</summary>
    public static ulong Of(scoped in FeatureRow row)
    {
        ulong key = 0;
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int k = group.Start; k < group.End; k++) key += new Rng(row.Indices[k] + ((ulong)BitConverter.SingleToUInt32Bits(row.Values[k]) << 32)).Key;
        }
        return key;
    }
}
