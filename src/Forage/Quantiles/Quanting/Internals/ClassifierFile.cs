using Forage.Persistence;
using Forage.Quantiles.Linear;
using Forage.Quantiles.Trees;

namespace Forage.Quantiles.Quanting.Internals;

/// <summary>Classifiers in a model file: the name of the kind, then what it writes.</summary>
internal static class ClassifierFile
{
    public static void Save(IBinaryClassifier classifier, ModelWriter writer)
    {
        writer.Write(classifier.Kind);
        classifier.Save(writer);
    }

    public static IBinaryClassifier Load(ModelReader reader) => reader.ReadString() switch
    {
        ConstantClassifier.Name => ConstantClassifier.Load(reader),
        DecisionTree.Name => DecisionTree.Load(reader),
        BaggedTrees.Name => BaggedTrees.Load(reader),
        LogisticClassifier.Name => LogisticClassifier.Load(reader),
        var other => throw new ForageException($"The model has a classifier of the kind '{other}'; this program knows none such."),
    };
}
