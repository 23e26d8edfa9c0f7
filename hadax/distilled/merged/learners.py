"""From datasets that are merged to their common task, and the learner of all its heads."""

from hadax.core.learner import Learner
from hadax.distilled.distilled import Distilled
from hadax.distilled.merged.header import Merge
from hadax.distilled.merged.task import MergedTask
from hadax.learners.config import LearnerConfig
from hadax.learners.losses import learns_spread, resolved_loss
from hadax.learners.merged import CommonInputs, Head, HeadLearner, MergedLearner
from hadax.learners.networks import make_network
from hadax.learners.shared_first_layer import SharedFirstLayerLearner, shares_first_layer


def merged_task(parts: tuple[Distilled, ...], merge: Merge) -> MergedTask:
    """The tasks of some datasets as one.

    Args:
      parts: the datasets.
      merge: how they are put together.
    """
    shapes = tuple(tuple(part.task.input_shape) for part in parts)
    heads: list[Head] = []
    start = first = 0
    for part in parts:
        target, count = part.task.target, part.dataset.size
        loss = resolved_loss(part.header.learner.inner_loop.loss, target)
        heads.append(Head(start, target.size, first, count, loss))
        start, first = start + target.size, first + count
    return MergedTask(
        parts=tuple(part.task for part in parts),
        common=CommonInputs(merge.inputs, shapes),
        heads=tuple(heads),
        singles=merge.singles,
        randoms=merge.randoms,
    )


def merged_learner(config: LearnerConfig, task: MergedTask) -> Learner:
    """The learner of all heads.

    Args:
      config: network and inner loop; the loss is each head's own.
      task: has the heads.
    """
    log_std = any(learns_spread(head.loss) for head in task.heads)
    network = make_network(config.network, task.input_shape, task.target.size, log_std)
    plain = MergedLearner(network, task.input_shape, config.inner_loop, task.heads)
    return SharedFirstLayerLearner(plain) if shares_first_layer(plain) else plain


def head_learner(learner: Learner, task: MergedTask, place: int) -> HeadLearner:
    """A trained network as one task sees it.

    Args:
      learner: of all heads.
      task: all of the tasks.
      place: which of them.
    """
    plain = learner.plain if isinstance(learner, SharedFirstLayerLearner) else learner
    assert isinstance(plain, MergedLearner)
    return HeadLearner(plain.network, task.common, place, task.heads[place], task.target.size)
