using Forage.Features;

namespace Forage.Oracles;

/// <summary>An online learner of one of several classes, numbered from 0.</summary>
public interface IMulticlass
{
    /// <summary>Number of classes.</summary>
    int Classes { get; }

    /// <summary>The class predicted.</summary>
    int Predict(in FeatureRow x);

    /// <summary>Learns that <paramref name="x"/> has class <paramref name="label"/>; returns the class predicted before.</summary>
    int Learn(in FeatureRow x, int label, float importance = 1);
}
