using System.Numerics.Tensors;
using Forage.Oracles;

namespace Forage.Bandits.Taming;

/// <summary>
/// The arg-max oracle of a finite class over a finite set of contexts: every policy's sum is taken and the largest found, ties to the lower number.
/// Exact; a call costs N × contexts additions, 8 at a time where the machine can and K ≤ 16.
/// </summary>
public sealed class FiniteClassOracle : IArgMaxOracle
{
    private readonly TablePolicy?[] _policies;
    private readonly double[] _values;

    /// <summary>An oracle of a class.</summary>
    public FiniteClassOracle(PolicyTable policies)
    {
        Policies = policies;
        _policies = new TablePolicy?[policies.Count];
        _values = new double[policies.Count];
    }

    /// <summary>The class.</summary>
    public PolicyTable Policies { get; }

    /// <inheritdoc/>
    public int Actions => Policies.Actions;

    /// <inheritdoc/>
    public int Contexts => Policies.Contexts;

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public double LogPolicies => Math.Log(Policies.Count);

    /// <inheritdoc/>
    public IContextPolicy Best(ReadOnlySpan<double> rewards)
    {
        Policies.Sum(rewards, _values);
        return this[TensorPrimitives.IndexOfMax<double>(_values)];
    }

    /// <summary>Policy <paramref name="number"/> of the class, always the same object.</summary>
    public IContextPolicy this[int number] => _policies[number] ??= new TablePolicy(Policies, number);

    /// <summary>The number of a policy of this oracle.</summary>
    /// <exception cref="ArgumentException">It is not of this oracle.</exception>
    public int NumberOf(IContextPolicy policy) =>
        policy is TablePolicy table && ReferenceEquals(table.Policies, Policies) ? table.Number : throw new ArgumentException("This policy is not of this oracle's class.", nameof(policy));

    private sealed class TablePolicy(PolicyTable policies, int number) : IContextPolicy
    {
        public PolicyTable Policies => policies;

        public int Number => number;

        public void Choose(int first, Span<int> actions)
        {
            for (int x = 0; x < actions.Length; x++) actions[x] = policies[number, first + x];
        }
    }
}
