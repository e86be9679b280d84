using System.Runtime.CompilerServices;
using Forage.Features;

namespace Forage.Linear.Internals;

/// <summary>Takes a kernel over all features of a row: its groups in order, the constant, the interactions.</summary>
internal sealed class FeatureWalk(LinearOptions options)
{
    private static readonly uint[] ConstantIndex = [FeatureHasher.Constant];
    private static readonly float[] One = [1];

    private readonly bool _constant = options.Constant;
    private readonly InteractionSet? _interactions = options.Interactions.Count == 0 ? null : new InteractionSet(options.Interactions);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TKernel>(in FeatureRow row, ref TKernel kernel) where TKernel : struct, IFeatureVisitor
    {
        if (row.Groups.IsEmpty)
        {
            kernel.Visit(0, 1, row.Indices, row.Values);
        }
        else
        {
            foreach (var g in row.Groups) kernel.Visit(0, 1, row.Indices[g.Start..g.End], row.Values[g.Start..g.End]);
        }
        if (_constant) kernel.Visit(0, 1, ConstantIndex, One);
        _interactions?.Visit(row, ref kernel);
    }

    /// <summary>Number of features of <paramref name="row"/>, constant and interactions included.</summary>
    public long Count(in FeatureRow row) => row.Count + (_constant ? 1 : 0) + (_interactions?.Count(row) ?? 0);
}
