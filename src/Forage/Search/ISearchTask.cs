namespace Forage.Search;

/// <summary>
/// A structured prediction written as the program that makes it: ordinary code that asks <see cref="Search.Predict(SearchFeatures, Reference, ReadOnlySpan{int}, ActionSet?, int)"/>
/// for every choice and, where the truth is known, says with <see cref="Search.Loss"/> how wrong the result is. The same code predicts and is
/// trained: a terminating, discrete, oracle-calling, loss-reporting program is a search space and the other way round (paper 06, Theorem 1).
/// </summary>
/// <typeparam name="TInput">What it looks at, the truth included if it is known.</typeparam>
/// <typeparam name="TOutput">What it makes.</typeparam>
public interface ISearchTask<in TInput, out TOutput>
{
    /// <summary>
    /// Predicts <paramref name="input"/>. It may be run many times on one input while learning, and must do the same whenever it is given the same
    /// answers: no randomness of its own, no memory of earlier runs. What it returns while learning is not used.
    /// </summary>
    TOutput Run(Search search, TInput input);
}
