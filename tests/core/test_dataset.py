"""Datasets and their labels."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.dataset import balanced_one_hot


@given(size=st.integers(1, 40), classes=st.integers(2, 9))
def test_balanced_labels_label_every_row_and_every_class_alike(size, classes):
    labels = np.asarray(balanced_one_hot(size, classes))
    assert labels.shape == (size, classes)
    assert np.all(labels.sum(axis=1) == 1)
    assert np.ptp(labels.sum(axis=0)) <= 1
