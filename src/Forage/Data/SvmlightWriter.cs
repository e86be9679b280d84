using System.Buffers;
using Forage.Data.Internals;
using Forage.Features;

namespace Forage.Data;

/// <summary>
/// Writes examples as svmlight, indices as they are (whole hashes for named features). Namespaces, importances and bases have no place in the
/// format and are lost; an unlabelled example is written with label 0.
/// </summary>
public static class SvmlightWriter
{
    /// <summary>Writes one example and a newline.</summary>
    public static void Write(IBufferWriter<byte> to, in SimpleLabel label, FeatureRow row, ReadOnlySpan<byte> tag = default)
    {
        to.Put(label.IsLabelled ? label.Value : 0f);
        if (tag.StartsWith("qid:"u8))
        {
            to.Put((byte)' ');
            to.Put(tag);
        }
        WriteFeatures(to, row);
    }

    /// <summary>Writes one multilabel example and a newline. This is also a row of the XMC format.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<int> labels, FeatureRow row)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (i > 0) to.Put((byte)',');
            to.Put(labels[i]);
        }
        if (labels.IsEmpty && row.Count == 0) to.Put((byte)' ');
        WriteFeatures(to, row);
    }

    private static void WriteFeatures(IBufferWriter<byte> to, FeatureRow row)
    {
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int i = group.Start; i < group.End; i++)
            {
                to.Put((byte)' ');
                to.Put(row.Indices[i]);
                to.Put((byte)':');
                to.Put(row.Values[i]);
            }
        }
        to.Put((byte)'\n');
    }
}
