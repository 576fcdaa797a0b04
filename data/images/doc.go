// Package images reads pictures and the layouts that picture data sets come in:
// class folders (ImageNet), tar archives of class folders, and CIFAR's binary
// batches. A picture is bytes [3][height][width], red, green, blue.
//
// It holds no sets (package data does) and augments nothing (data/augment does).
//
// Invariant: a reader refuses what is cut short, of another size or not a
// picture, and names the file or the record.
package images
