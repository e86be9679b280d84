using Forage.Persistence;

namespace Forage.Search.Internals;

/// <summary>A policy being learnt: its weights and how many examples moved them.</summary>
internal sealed class LearntPolicy(ActionTable table) : IDisposable
{
    public ActionTable Table { get; } = table;

    /// <summary>Cost-sensitive examples so far, those that taught nothing included.</summary>
    public long Time { get; set; }

    /// <summary>Its weights (averaged, without small ones, rounded if asked for), which learn no more.</summary>
    public ActionTable Frozen(SearchOptions options)
    {
        var frozen = Table.Frozen(options.Average, Time, options.LeastWeight);
        if (!options.Round || frozen.Rounded() is not { } rounded) return frozen;
        frozen.Dispose();
        return rounded;
    }

    public void Save(ModelWriter writer)
    {
        writer.Write(Time);
        Table.Save(writer);
    }

    public static LearntPolicy Load(ModelReader reader)
    {
        long time = reader.ReadInt64();
        return new LearntPolicy(ActionTable.Load(reader)) { Time = time };
    }

    public void Dispose() => Table.Dispose();
}
