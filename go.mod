module github.com/tillwatch/tillwatch

go 1.26
