using Forage.Persistence;

namespace Forage.Search.Internals;

/// <summary>A policy being learnt: its weights and how many examples moved them.</summary>
internal sealed class LearntPolicy(ActionTable table) : IDisposable
{
    public ActionTable Table { get; } = table;

    /// <summary>Cost-sensitive examples so far, those that taught nothing included.</summary>
    public long Time { get; set; }

    /// <summary>Its weights (averaged and without small ones if asked for), which learn no more.</summary>
    public ActionTable Frozen(SearchOptions options) => Table.Frozen(options.Average, Time, options.LeastWeight);

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
