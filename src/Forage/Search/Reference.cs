namespace Forage.Search;

/// <summary>
/// What is known about the right choice: nothing, an action, or what every action would cost if all later choices were the best ones (a dynamic
/// oracle). The reference policy takes the given action, or the cheapest allowed one (the smaller number among equals).
/// </summary>
public readonly ref struct Reference
{
    private readonly int _action; // 1-based; 0 for none

    private Reference(int action) => _action = action < 0 ? 0 : action + 1;

    /// <summary>Costs of all actions, those not allowed included (their values are not looked at).</summary>
    public Reference(ReadOnlySpan<float> costs) => Costs = costs;

    /// <summary>Nothing is known.</summary>
    public static Reference None => default;

    /// <summary>Whether anything is known.</summary>
    public bool IsKnown => _action > 0 || !Costs.IsEmpty;

    /// <summary>The right action; -1 if costs are known or nothing is.</summary>
    public int Action => _action - 1;

    /// <summary>Costs of all actions; none if an action is known or nothing is.</summary>
    public ReadOnlySpan<float> Costs { get; }

    /// <summary>An action; a negative number is none.</summary>
    public static implicit operator Reference(int action) => new(action);

    /// <summary>Costs of all actions.</summary>
    public static implicit operator Reference(ReadOnlySpan<float> costs) => new(costs);

    /// <summary>Costs of all actions.</summary>
    public static implicit operator Reference(Span<float> costs) => new((ReadOnlySpan<float>)costs);

    /// <summary>Costs of all actions.</summary>
    public static implicit operator Reference(float[] costs) => new(costs.AsSpan());
}
