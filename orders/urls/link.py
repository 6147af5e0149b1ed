"""The address of a personal link: short, because it travels in a text message."""

from django.urls import path

from orders.views.answer_link import answer_link

urlpatterns = [path("j/<str:token>/", answer_link, name="answer_link")]
