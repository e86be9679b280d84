namespace Forage.Search.Tasks;

/// <summary>Features and a class, or costs of all classes, for <see cref="MulticlassTask"/> and <see cref="CostSensitiveTask"/>.</summary>
/// <param name="Indices">Hashes of the features.</param>
/// <param name="Values">Their values; null if all are 1.</param>
/// <param name="Class">The right class; -1 if it is not known.</param>
/// <param name="Costs">Costs of all classes; null if they are not known.</param>
public sealed record ClassExample(uint[] Indices, float[]? Values = null, int Class = -1, float[]? Costs = null)
{
    internal SearchFeatures Features => Values is null ? Indices : new SearchFeatures(Indices.AsSpan(), Values.AsSpan());
}

/// <summary>Multiclass classification: a program of one prediction. The loss is 1 for a wrong class.</summary>
public sealed class MulticlassTask : ISearchTask<ClassExample, int>
{
    /// <inheritdoc/>
    public int Run(Search search, ClassExample x)
    {
        int y = search.Predict(x.Features, x.Class);
        search.Loss(y == x.Class ? 0 : 1);
        return y;
    }
}

/// <summary>Cost-sensitive classification: a program of one prediction. The loss is the cost of the class chosen.</summary>
public sealed class CostSensitiveTask : ISearchTask<ClassExample, int>
{
    /// <inheritdoc/>
    public int Run(Search search, ClassExample x)
    {
        int y = search.Predict(x.Features, x.Costs is null ? Reference.None : x.Costs);
        search.Loss(x.Costs is null ? 0 : x.Costs[y]);
        return y;
    }
}
