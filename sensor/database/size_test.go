//go:build !load

package database

const bufferPool = "64M"
